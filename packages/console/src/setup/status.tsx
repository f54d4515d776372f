import type { ConnectionStatus, Connector } from '@throughline/core/connector.ts'
import type { Page } from '../page.ts'
import { full, relative } from '../times.ts'
import type { Installed } from './state.ts'

export const Status = ({ page, status }: { page: Page; status: ConnectionStatus }) => (
  <span class={`status ${status}`}>{page.t.setup.status[status]}</span>
)

/** Said before somebody fills in a form that cannot work. */
export const NoAddress = ({ page, connector }: { page: Page; connector: Connector }) =>
  connector.needsPublicUrl && !page.reachable ? <p class="warn">{page.t.setup.noAddress}</p> : null

/** Last event and last error in words. An error older than a later success is told, but quietly. `trouble`: only what is wrong. */
export function Health({ page, one, trouble = false }: { page: Page; one: Installed; trouble?: boolean }) {
  const { t } = page
  const { side, health, connection } = one
  const { inAt, outAt, error } = health
  const over = error && [inAt, outAt].some((at) => at !== undefined && at > error.at)
  return (
    <ul class="health">
      {connection.status === 'paused' && <li class="warn">{t.setup.steps.paused}</li>}
      {error && <li class={over ? 'old' : 'bad'}>{t.setup.lastError(relative(page, error.at), error.words)}</li>}
      {!trouble && inAt && <li title={full(page, inAt)}>{t.setup.lastIn[side](relative(page, inAt))}</li>}
      {!trouble && outAt && <li title={full(page, outAt)}>{t.setup.lastOut[side](relative(page, outAt))}</li>}
      {!trouble && !inAt && !outAt && !error && <li class="old">{t.setup.nothingYet}</li>}
    </ul>
  )
}
