/** Encryption at rest and signing with the hub's own key ring. */
export type Secrets = {
  /** AES-256-GCM; `context` is authenticated with it, so a ciphertext opens only where it was sealed (`workspace/connection`). */
  seal(plain: string, context: string): Promise<string>
  open(sealed: string, context: string): Promise<string>
  /** Truncated HMAC-SHA256 for links that we issue ourselves, base64url. */
  sign(text: string): string
}
