/** Routing by configuration: change the file, and another tool gets the message. The file is loaded as `npm start` loads it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testHub } from '../../core/test/hub.ts'
import { loadConfig } from '../src/config.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rules-'))
})
afterAll(() => rm(dir, { recursive: true }))

/** Starts a hub with this file and tells which of two tools heard of a message. */
async function heardBy(rules: string, text: string): Promise<string[]> {
  const file = join(dir, `hub.config.${Math.random().toString(36).slice(2)}.ts`)
  await writeFile(file, `export default { rules: ${rules} }\n`)
  const t = await testHub({ config: await loadConfig(file) })
  try {
    const telegram = await t.connect('telegram')
    const tools = ['Sales', 'Accounts']
    for (const name of tools) await t.connect('webhook', { name, settings: { url: `${t.provider.root('webhook')}/${name}` } })
    await t.say(telegram, { who: 1, text })
    await t.drain()
    const taken = t.provider.taken.filter((one) => one.kind === 'webhook' && one.text.includes(text))
    return tools.filter((name) => taken.some((one) => one.to === `/${name}`))
  } finally {
    await t.stop()
  }
}

test('without a rule every tool gets the message', async () => {
  expect(await heardBy('[]', 'I want my money back')).toEqual(['Sales', 'Accounts'])
})

test('a rule names who gets it; another file, another tool', async () => {
  const rule = (tool: string) => `[{ name: 'money', when: { text: 'money back' }, then: { notify: ['${tool}'] } }]`
  expect(await heardBy(rule('Accounts'), 'I want my money back')).toEqual(['Accounts'])
  expect(await heardBy(rule('Sales'), 'I want my money back')).toEqual(['Sales'])
  expect(await heardBy(rule('Sales'), 'Where are you?')).toEqual(['Sales', 'Accounts'])
})
