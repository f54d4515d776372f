import { jsonLogger } from '@throughline/core/logger.ts'
import { describe, expect, it } from 'vitest'
import { consume } from '../consume.ts'
import { parseSettings } from '../settings.ts'
import { startCloud } from './cloud.ts'
import { sqsEvent, sqsRecord } from './events.ts'

describe('consume', () => {
  const poke = (log: string) => JSON.stringify({ to: 'route', workspace: 'w', log })

  async function run(records: [id: string, group: string, body: string][], fails: (log: string) => boolean = () => false) {
    const { hub, stop } = await startCloud()
    const lines: string[] = []
    const worked: string[] = []
    const logged = { ...hub, logger: jsonLogger((line) => lines.push(line)) }
    const event = sqsEvent(...records.map(([id, group, body]) => sqsRecord(id, group, body)))
    const { batchItemFailures } = await consume(logged, event, 'route', async ({ log }) => {
      worked.push(log)
      if (fails(log)) throw new Error('no')
    })
    stop()
    return { failed: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier), worked, lines }
  }

  it('holds back all that follows a failure in its group, and no other group', async () => {
    const records: [string, string, string][] = [
      ['1', 'a', poke('a1')],
      ['2', 'b', poke('b1')],
      ['3', 'a', poke('bad')],
      ['4', 'a', poke('a2')],
      ['5', 'b', poke('b2')],
    ]
    const { failed, worked } = await run(records, (log) => log === 'bad')
    expect(failed).toEqual(['3', '4'])
    expect(worked.sort()).toEqual(['a1', 'b1', 'b2', 'bad'])
  })

  it('works once for equal pokes of a batch', async () => {
    const { failed, worked } = await run([
      ['1', 'a', poke('a1')],
      ['2', 'a', poke('a1')],
      ['3', 'a', poke('a2')],
    ])
    expect([failed, worked]).toEqual([[], ['a1', 'a2']])
  })

  it('gives all equal pokes again when the first of them fails', async () => {
    const { failed, worked } = await run(
      [
        ['1', 'a', poke('bad')],
        ['2', 'a', poke('bad')],
      ],
      () => true,
    )
    expect([failed, worked]).toEqual([['1', '2'], ['bad']])
  })

  it('lets go of what is no poke, says so, and quotes nothing of it', async () => {
    const bodies = ['', '{', 'null', '[]', '{"to":"route"}', '{"to":"deliver","workspace":"w","log":"secret"}', '"secret"']
    const { failed, worked, lines } = await run(bodies.map((body, index) => [String(index), 'a', body]))
    expect([failed, worked]).toEqual([[], []])
    expect(lines).toHaveLength(bodies.length)
    expect(lines.join()).not.toContain('secret')
    expect(lines[0]).toContain('poke.unreadable')
  })
})

describe('settings', () => {
  const good = {
    table: 't',
    bucket: 'b',
    queues: { route: 'r', fetch: 'f', deliver: 'd', mirror: 'm' },
    publicUrl: 'https://hub.example',
    keys: 'k:secret',
  }

  it('name what does not fit, without its value', () => {
    expect(parseSettings(good)).toEqual(good)
    for (const [field, value] of Object.entries({ table: '', publicUrl: 'https://hub.example/', keys: undefined, queues: {} })) {
      const attempt = () => parseSettings({ ...good, [field]: value })
      expect(attempt).toThrow(new RegExp(`settings: ${field}`))
      expect(attempt).not.toThrow(/secret/)
    }
  })
})
