/** What rules keep from a tool stays from it, however long it was paused. */
import { expect, test } from 'vitest'
import { pause, resume } from '../src/connection/change.ts'
import { wake } from '../src/flow/wake.ts'
import { keys } from '../src/store/keys.ts'
import { testHub, WORKSPACE } from './hub.ts'

test('decisions are read on over the pages of the store', async () => {
  const t = await testHub({
    config: { rules: [{ name: 'secret', when: { text: 'secret' }, then: { notify: [] } }] },
    parts: ({ store }) => ({
      // A store ends a page at 1 MB: here after two.
      store: { ...store, query: (pk, range) => store.query(pk, range.prefix === keys.routeds ? { ...range, limit: 2 } : range) },
    }),
  })
  try {
    const from = await t.connect('telegram')
    const tool = await t.connect('slack')
    await pause(t.hub, WORKSPACE, tool.id)
    const shown = () =>
      t.provider.taken
        .filter(({ kind }) => kind === 'slack')
        .map(({ text }) => text)
        .join('\n')
    for (const text of ['secret 1', 'secret 2', 'told 3', 'secret 4', 'told 5', 'told 6']) {
      await t.say(from, { who: 1, text })
      await t.drain()
    }
    expect(shown()).toBe('')
    await resume(t.hub, WORKSPACE, tool.id)
    await wake(t.hub, WORKSPACE)
    await t.drain()
    expect(shown()).toContain('told 6')
    expect(shown()).not.toContain('secret')
  } finally {
    await t.stop()
  }
})
