/** The one address of the hub. HUB_DOMAIN names a domain of your own (its zone in Route 53); without it AWS gives one. */
const domain = process.env.HUB_DOMAIN

export const gateway = new sst.aws.ApiGatewayV2('HubApi', {
  // Pages and scripts of other origins have no business here.
  cors: false,
  ...(domain ? { domain } : {}),
})
