/** Apart from runtime.ts, so that S3's client can be loaded late and only as much of it as is used. */
import { S3Client } from '@aws-sdk/client-s3'
import { s3Blobs } from '@throughline/core/blobs/s3.ts'

export const openBlobs = (bucket: string) => s3Blobs({ client: new S3Client({}), bucket })
