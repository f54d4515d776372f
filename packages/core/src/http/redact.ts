/** Error messages of SDKs quote URLs and headers; what looks like a credential in them is taken out before anybody sees it. */
const SECRETS: readonly [RegExp, string][] = [
  [/\/bot\d+:[\w-]+/g, '/bot<redacted>'],
  [/\b\d{6,12}:[\w-]{30,}/g, '<redacted>'],
  [/\b(xox[a-z]-|xapp-|whsec_|whsk_)[\w/+=-]+/gi, '$1<redacted>'],
  [/\b(bearer|basic)(\s+)[\w.~+/=-]{6,}/gi, '$1$2<redacted>'],
  [
    /\b(authorization|x-viber-auth-token|x-telegram-bot-api-secret-token|token|access_token|auth_token|api_key|apikey|secret|signature|password)(["']?\s*[=:]\s*["']?)(?!(?:bearer|basic)\b)[^\s"'&,;}]+/gi,
    '$1$2<redacted>',
  ],
  [/(\w+:\/\/)[^\s/@:]+(?::[^\s/@]*)?@/g, '$1<redacted>@'],
]

export const redact = (text: string): string =>
  SECRETS.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), text)
