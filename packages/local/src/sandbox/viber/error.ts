/** Told with HTTP 200 in the answer's `status`. */
export class ViberError extends Error {
  constructor(
    readonly status: number,
    readonly words: string,
  ) {
    super(words)
  }
}
