/** What a text costs as SMS: the carriers count parts, not messages. By Twilio's own calculator. */
import { SegmentedMessage } from 'sms-segments-calculator'

export type Segments = { count: number; encoding: 'GSM-7' | 'UCS-2' }

/** GSM-7: 160 characters in one part, 153 in each of several; a single character outside it makes the whole text UCS-2: 70 and 67. */
export function segmentsOf(text: string): Segments {
  const message = new SegmentedMessage(text)
  return { count: message.segmentsCount, encoding: message.getEncodingName() === 'GSM-7' ? 'GSM-7' : 'UCS-2' }
}

/** At most: a Messaging Service with smart encoding replaces some characters by plain ones and may need fewer. */
export function measure(text: string): { units: number; words: string } {
  const { count, encoding } = segmentsOf(text)
  return {
    units: count,
    words: `${count} ${count === 1 ? 'segment' : 'segments'}, ${encoding === 'GSM-7' ? 'GSM-7' : 'Unicode'}`,
  }
}
