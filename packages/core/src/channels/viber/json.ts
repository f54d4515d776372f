/** Viber's numbers pass 2^53: such a one is read as the string of its digits, so that no two messages fall together. */
import { parse } from 'lossless-json'
import * as z from 'zod/mini'

const exact = (digits: string): number | string => {
  const value = Number(digits)
  return /^-?\d+$/.test(digits) && !Number.isSafeInteger(value) ? digits : value
}

/** `undefined`: no JSON. */
export function readJson(text: string): unknown {
  try {
    return parse(text, undefined, { parseNumber: exact })
  } catch {
    return undefined
  }
}

/** A message's own number at Viber. */
export const MessageToken = z.pipe(
  z.union([z.int(), z.string().check(z.regex(/^\d{1,30}$/))]),
  z.transform((token: string | number) => String(token)),
)
