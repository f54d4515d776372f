// Draws the phones from /sandbox/phones.json, which answers as soon as something changed.
const phones = new Map([...document.querySelectorAll('.phone')].map((phone) => [phone.dataset.kind, phone]))
const line = document.getElementById('line')
const drawn = new Map()

const TICKS = { sending: '…', sent: '✓', delivered: '✓✓', read: '✓✓', failed: '!' }
const SAID = { sending: 'on its way', sent: 'sent', delivered: 'delivered', read: 'read', failed: 'not delivered' }

function element(name, className, text) {
  const made = document.createElement(name)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  return made
}

function attachment({ key, name, mime }) {
  const url = `/sandbox/files/${encodeURIComponent(key)}`
  const link = element('a', 'file', mime.startsWith('image/') ? undefined : `${name}`)
  link.href = url
  link.target = '_blank'
  if (mime.startsWith('image/')) {
    const image = element('img')
    image.src = url
    image.alt = name
    // Its height is known only now; and perhaps it was drawn anew meanwhile.
    image.addEventListener('load', () => {
      const talk = link.closest('.talk')
      if (talk) talk.scrollTop = talk.scrollHeight
    })
    link.append(image)
  }
  return link
}

function key(kind, message, { text, data, url }) {
  const made = element(url ? 'a' : 'button', 'key', text)
  if (url) {
    made.href = url
    made.target = '_blank'
    made.rel = 'noopener noreferrer'
    return made
  }
  made.type = 'button'
  const headers = { 'content-type': 'application/json' }
  made.addEventListener('click', () => {
    fetch(`/sandbox/phones/${kind}/press`, { method: 'POST', headers, body: JSON.stringify({ message, data }) }).catch(() =>
      say('The hub does not answer.'),
    )
  })
  return made
}

function bubble(kind, one, business) {
  const item = element('li', `bubble ${one.from} ${one.state}`)
  item.dataset.id = one.id
  if (kind === 'email') {
    const head = element('p', 'head')
    head.append(
      element('strong', '', one.from === 'person' ? 'Ann Lee' : business.name),
      element('em', '', one.subject || '(no subject)'),
    )
    item.append(head)
  }
  if (one.file) item.append(attachment(one.file))
  if (one.text) item.append(element('p', 'text', one.text))
  for (const button of one.buttons ?? []) item.append(key(kind, one.id, button))
  if (one.reaction) item.append(element('span', 'reaction', one.reaction))
  const foot = element('small', 'foot', new Date(one.at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }))
  if (one.from === 'person') {
    const tick = element('span', 'tick', TICKS[one.state])
    tick.title = SAID[one.state]
    foot.append(' ', tick)
  }
  item.append(foot)
  return item
}

function hintOf(kind, { blocked }) {
  if (kind === 'sms') return blocked.sms ? 'You sent STOP. START subscribes again.' : 'Reply STOP to unsubscribe.'
  if (kind === 'telegram' && blocked.telegram) return 'You blocked this bot. Writing unblocks it.'
  return ''
}

function draw(kind, picture) {
  const phone = phones.get(kind)
  const talk = phone.querySelector('.talk')
  const bubbles = picture.phones[kind]
  const print = JSON.stringify(bubbles)
  const hint = phone.querySelector('.hint')
  hint.textContent = hintOf(kind, picture)
  hint.hidden = hint.textContent === '' || (kind === 'sms' && bubbles.length === 0)
  if (drawn.get(kind)?.print === print) return
  const known = drawn.get(kind)?.ids
  talk.replaceChildren(...bubbles.map((one) => bubble(kind, one, picture.business)))
  const fresh = bubbles.filter((one) => known && !known.has(one.id))
  for (const { id } of fresh) talk.querySelector(`[data-id="${CSS.escape(id)}"]`)?.classList.add('fresh')
  if (fresh.some((one) => one.from === 'business')) buzz(phone)
  drawn.set(kind, { print, ids: new Set(bubbles.map((one) => one.id)) })
  phone.querySelector('.ask').hidden = bubbles.length > 0
  talk.scrollTop = talk.scrollHeight
}

function buzz(phone) {
  phone.classList.remove('buzz')
  // Reading a measure makes the browser see the class gone, so that the animation starts anew.
  phone.getBoundingClientRect()
  phone.classList.add('buzz')
}

async function send(phone, form) {
  const body = new FormData(form)
  if (!String(body.get('text')).trim() && !body.get('file')?.size) return
  const answer = await fetch(`/sandbox/phones/${phone.dataset.kind}/messages`, { method: 'POST', body })
  if (answer.ok) {
    form.reset()
    form.dispatchEvent(new Event('change'))
    form.elements.text.focus()
  } else say('That could not be sent.')
}

function say(words) {
  line.textContent = words
}

for (const phone of phones.values()) {
  const form = phone.querySelector('form')
  const picked = form.querySelector('.picked')
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    send(phone, form).catch(() => say('The hub does not answer.'))
  })
  form.elements.text.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    form.requestSubmit()
  })
  form.addEventListener('change', () => {
    const file = form.elements.file.files[0]
    picked.textContent = file ? `${file.name}` : ''
    picked.hidden = !file
  })
  form.querySelector('.ask').addEventListener('click', (event) => {
    form.elements.text.value = event.target.textContent.trim()
    form.requestSubmit()
  })
  form.querySelector('.act')?.addEventListener('click', (event) => {
    fetch(`/sandbox/phones/${phone.dataset.kind}/${event.target.dataset.action}`, { method: 'POST' }).catch(() =>
      say('The hub does not answer.'),
    )
  })
}

const trouble = document.getElementById('trouble')
for (const button of trouble.querySelectorAll('[data-fault]')) {
  button.addEventListener('click', async () => {
    const body = JSON.stringify({ provider: trouble.elements.provider.value, ...JSON.parse(button.dataset.fault) })
    const answer = await fetch('/sandbox/faults', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    trouble.querySelector('output').textContent = answer.ok
      ? `${trouble.elements.provider.value}: ${button.textContent.trim()}`
      : 'not understood'
  })
}

async function follow() {
  let after = ''
  for (;;) {
    try {
      const answer = await fetch(`/sandbox/phones.json${after}`)
      if (!answer.ok) throw new Error(String(answer.status))
      const picture = await answer.json()
      after = `?after=${picture.revision}`
      for (const kind of phones.keys()) draw(kind, picture)
      say('')
    } catch {
      after = ''
      say('The hub is away; the phones wait for it.')
      await new Promise((resolve) => setTimeout(resolve, 1000))
    }
  }
}
follow()
