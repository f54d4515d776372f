/** Our cutting of replies held against email-reply-parser: the table of docs/email.md. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { replies } from '@throughline/core/channels/email/fixtures/replies.ts'
import { cut } from '@throughline/core/channels/email/reply/cut.ts'
import EmailReplyParser from 'email-reply-parser'

const library = new EmailReplyParser()
const theirs = (mail) => library.read(mail).getVisibleText({ aggressive: true })
const ours = (mail) => cut(mail).text

const words = (text) => text.split(/\s+/).filter(Boolean)
function verdictOf(got, expected) {
  const [said, wanted] = [words(got), words(expected)]
  if (said.join(' ') === wanted.join(' ')) return 'exact'
  let next = 0
  for (const word of said) if (word === wanted[next]) next++
  return next === wanted.length ? 'leftovers' : 'loss'
}
const count = (pairs, by) => {
  const found = { exact: 0, leftovers: 0, loss: 0 }
  for (const { mail, own } of pairs) found[verdictOf(by(mail), own)]++
  return found
}

function pairsOf(prefix) {
  const folder = join(process.env.HUB_FIXTURES ?? '', 'reply')
  const read = (name) => readFileSync(join(folder, name), 'utf8')
  const names = readdirSync(folder).filter((name) => name.startsWith(prefix) && name.endsWith('.in.txt'))
  return names.map((name) => ({ mail: read(name), own: read(name.replace('.in.', '.expected.')) }))
}

const sets = { 'our own': replies }
if (process.env.HUB_FIXTURES) {
  sets['trimmer-*'] = pairsOf('trimmer-')
  sets['ru-synth-*'] = pairsOf('ru-synth-')
}
for (const [name, pairs] of Object.entries(sets))
  test(`${name}: more is exact, and nothing is lost`, () => {
    const [mine, other] = [count(pairs, ours), count(pairs, theirs)]
    console.log(`${name} (${pairs.length}): ours ${JSON.stringify(mine)}, email-reply-parser ${JSON.stringify(other)}`)
    assert.ok(pairs.length > 0)
    assert.ok(mine.exact > other.exact)
    assert.equal(mine.loss, 0)
  })
