/** The one person who holds all five phones. The number is of the range kept for fiction. */
export const ann = {
  name: 'Ann Lee',
  first: 'Ann',
  last: 'Lee',
  phone: '+12025550143',
  telegram: 710002001,
  /** As real ones: base64 with every awkward character. */
  viber: 'aZ9/3kQ1+XbT7mVw0PLe5A==',
  email: 'ann@sandbox.example',
}

/** The business as the providers know it. */
export const business = {
  name: 'Demo Shop',
  bot: { id: 7100020000, username: 'demo_shop_bot' },
  viberUri: 'demoshop',
  sms: '+12025550199',
  whatsapp: '+12025550188',
  email: 'hello@demo.example',
}
