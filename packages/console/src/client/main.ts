/** What the browser adds to pages that work without it. Bundled with htmx by build.ts; nothing here may need eval or inline code. */
import htmx from 'htmx.org'
import { busyForms } from './busy.ts'
import { copyButtons } from './copy.ts'
import { drafts } from './draft.ts'
import { fileFields } from './file.ts'
import { swapInside } from './inside.ts'
import { live } from './live.ts'
import { keepPlace } from './scroll.ts'

htmx.config.allowEval = false
htmx.config.includeIndicatorStyles = false
htmx.config.historyEnabled = false
htmx.config.selfRequestsOnly = true
/** It would copy style attributes to and fro, which the policy forbids. */
htmx.config.attributesToSettle = []
/** What was refused is told in the page. */
htmx.config.responseHandling = [
  { code: '204', swap: false },
  { code: '[23]..', swap: true },
  { code: '[45]..', swap: true, error: true },
  { code: '...', swap: false, error: true },
]

swapInside()
live()
drafts()
fileFields()
keepPlace()
copyButtons()
busyForms()
