/** The hub's key ring: `npx sst secret set HubKeys "$(npm run --silent hub -- keys)"`. Links carry it encrypted, no function's environment does. */
export const keys = new sst.Secret('HubKeys')
