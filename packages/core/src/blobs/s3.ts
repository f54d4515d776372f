import { DeleteObjectCommand, GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import type { Blobs } from './blobs.ts'

/** What strangers name may not be a header: it travels percent-encoded. */
const encode = (text: string) => encodeURIComponent(text.toWellFormed())

/**
 * Blobs in a bucket. Objects are never served from there: a browser or provider gets them from our own signed links, so the object
 * itself claims no type of its own.
 */
export function s3Blobs({ client, bucket }: { client: S3Client; bucket: string }): Blobs {
  return {
    async put(key, { bytes, mime, name }) {
      const Metadata = { mime: encode(mime), ...(name === undefined ? {} : { name: encode(name) }) }
      const ContentType = 'application/octet-stream'
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ContentType, Metadata }))
    },
    async get(key) {
      try {
        const { Body, Metadata = {} } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
        const bytes = Body ? await Body.transformToByteArray() : new Uint8Array()
        const mime = Metadata.mime === undefined ? 'application/octet-stream' : decodeURIComponent(Metadata.mime)
        return { bytes, mime, ...(Metadata.name === undefined ? {} : { name: decodeURIComponent(Metadata.name) }) }
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined
        throw error
      }
    },
    async delete(key) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))
    },
  }
}
