import { base } from './base.ts'
import { forms } from './forms.ts'
import { inbox } from './inbox.ts'
import { setup } from './setup.ts'
import { stream } from './stream.ts'

export const style = [base, forms, setup, inbox, stream].join('\n')
