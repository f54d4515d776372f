/** Bytes too large for an entry: media, long texts, bodies kept aside. Keys begin with the workspace. */
export type Blob = { bytes: Uint8Array; mime: string; name?: string }
export type Blobs = {
  put(key: string, blob: Blob): Promise<void>
  get(key: string): Promise<Blob | undefined>
  delete(key: string): Promise<void>
}
