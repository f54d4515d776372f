import { EXPIRY, INDEX, INDEX_ATTRIBUTES, INDEX_KEYS, PRIMARY } from '../packages/core/src/store/definition.ts'

/** The one table. On demand: an idle hub pays for what it stores alone. */
export const table = new sst.aws.Dynamo('HubTable', {
  fields: { pk: 'string', sk: 'string', listPk: 'string', listSk: 'string' },
  primaryIndex: PRIMARY,
  globalIndexes: { [INDEX]: { ...INDEX_KEYS, projection: INDEX_ATTRIBUTES } },
  ttl: EXPIRY,
  // heal asks which log has changed, never how.
  stream: 'keys-only',
  deletionProtection: $app.stage === 'production',
})
