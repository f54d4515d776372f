/** The table in plain data: infra/table.ts gives it to AWS, table.ts to local engines and tests. */
export const PRIMARY = { hashKey: 'pk', rangeKey: 'sk' }
export const INDEX = 'list'
/** `expiresAt` is there so that expired items can be left out; what a list shows of an item is `listed`. */
export const INDEX_KEYS = { hashKey: 'listPk', rangeKey: 'listSk' }
export const INDEX_ATTRIBUTES = ['listed', 'expiresAt']
/** Seconds since 1970 after which the table deletes the item. */
export const EXPIRY = 'expiresAt'
