/** Addresses and header values as single, comparable lines. */

/** One line, whatever an encoded word hid in it. */
export const oneLine = (text: string) => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()

/** Lower-case, domain in ASCII; undefined where it is no address. */
export function mailAddress(text: string): string | undefined {
  const [, local, domain] = /^([^\s@<>"]{1,64})@([^\s@<>"]{1,255})$/u.exec(text.trim().toLowerCase()) ?? []
  if (!local || !domain || !URL.canParse(`http://${domain}`)) return undefined
  return `${local}@${new URL(`http://${domain}`).hostname}`
}
