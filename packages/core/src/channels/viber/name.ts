/** Viber refuses a sender whose name is longer than 28 characters. */
const LONGEST = 28

export function cut(name: string, longest: number): string {
  const end = name.slice(0, longest)
  /** Half a pair at the cut goes with its other half. */
  return /[\ud800-\udbff]$/.test(end) && name.length > longest ? end.slice(0, -1) : end
}

export const senderName = (...names: unknown[]): string => {
  const name = names.find((one) => typeof one === 'string' && one.trim() !== '')
  return cut(typeof name === 'string' ? name.trim().toWellFormed() : 'Support', LONGEST).trimEnd()
}
