/** The hub's key ring: `npx sst secret set HubKeys "k1:$(openssl rand -base64 32)"`. Links carry it encrypted, no environment does. */
export const keys = new sst.Secret('HubKeys')
