import type { Connector } from '@throughline/core/connector.ts'
import { Layout } from '../layout.tsx'
import { Mark } from '../mark.tsx'
import { href, type Page } from '../page.ts'
import { type Field, fieldsOf, GROUPS, type Problems, type Values } from './fields.ts'
import { NoAddress } from './status.tsx'

type Form = {
  page: Page
  connector: Connector
  action: string
  title: string
  /** Of a connection that stands: empty secrets stay as they are. */
  changing?: boolean
  values?: Values
  problems?: Problems
  /** What the provider or the hub said against it. */
  refused?: string
}

export function ConnectPage({ page, connector, action, title, changing, values = {}, problems = {}, refused }: Form) {
  const { t } = page
  const words = t.setup.form
  const fields = fieldsOf(connector)
  const tried = refused !== undefined || Object.keys(problems).length > 0
  const lost = tried && fields.some((field) => field.input === 'password')
  return (
    <Layout page={page} title={title} here="setup">
      <main class="page narrow" id="content">
        <h1 class="with-mark">
          <Mark page={page} kind={connector.kind} />
          {title}
        </h1>
        <p class="lead">{changing ? words.secretKept : connector.hint}</p>
        <NoAddress page={page} connector={connector} />
        {tried && (
          <div class="alert" role="alert">
            <p>
              <strong>{words.wrong}</strong> {refused ?? words.fieldWrong}
            </p>
            {lost && <p>{words.secretAgain}</p>}
          </div>
        )}
        <form class="stack card" method="post" action={href(page, action)} data-busy={words.busy}>
          {GROUPS.map((group) => {
            const own = fields.filter((field) => field.group === group)
            if (own.length === 0) return null
            return (
              <fieldset>
                <legend>{words[group]}</legend>
                {own.map((field) => (
                  <FieldRow
                    page={page}
                    field={changing ? { ...field, required: field.required && field.input !== 'password' } : field}
                    value={values[field.name] ?? field.initial}
                    problem={problems[field.name]}
                  />
                ))}
              </fieldset>
            )
          })}
          <div class="field">
            <label for="name">
              {words.name} <small>{words.optional}</small>
            </label>
            <input id="name" name="name" maxlength={80} value={values.name ?? ''} aria-describedby="name-hint" />
            <small class="hint" id="name-hint">
              {words.nameHint}
            </small>
          </div>
          <div class="row">
            <button class="main" type="submit">
              {changing ? words.save : words.submit}
            </button>
            <a class="button quiet" href={href(page, '/setup')}>
              {words.cancel}
            </a>
          </div>
        </form>
      </main>
    </Layout>
  )
}

type Row = { page: Page; field: Field; value: string; problem?: string }

function FieldRow({ page, field, value, problem }: Row) {
  const words = page.t.setup.form
  const hint = [field.description, field.input === 'list' && words.list, field.input === 'json' && words.json].filter(Boolean)
  const described = [hint.length > 0 && `${field.name}-hint`, problem && `${field.name}-problem`].filter(Boolean).join(' ')
  return (
    <div class={problem ? 'field wrong' : 'field'}>
      <label for={field.name}>
        {field.title} <small>{field.required ? words.required : words.optional}</small>
      </label>
      <Input
        field={field}
        value={value}
        described={described || undefined}
        invalid={problem !== undefined}
        choose={words.choose}
      />
      {hint.length > 0 && (
        <small class="hint" id={`${field.name}-hint`}>
          {hint.join(' ')}
        </small>
      )}
      {problem && (
        <small class="problem" id={`${field.name}-problem`}>
          {problem}
        </small>
      )}
    </div>
  )
}

type Control = { field: Field; value: string; described?: string; invalid: boolean; choose: string }

function Input({ field, value, described, invalid, choose }: Control) {
  const { name, required, input } = field
  const common = {
    id: name,
    name,
    required,
    'aria-describedby': described,
    'aria-invalid': invalid ? ('true' as const) : undefined,
  }
  if (input === 'select') {
    return (
      <select {...common}>
        <option value="">{choose}</option>
        {field.options.map((option) => (
          <option value={option} selected={option === value}>
            {option}
          </option>
        ))}
      </select>
    )
  }
  if (input === 'list' || input === 'json') {
    return (
      <textarea {...common} rows={3}>
        {value}
      </textarea>
    )
  }
  if (input === 'checkbox')
    return <input {...common} type="checkbox" required={false} checked={value === 'true' || value === 'on'} />
  if (input === 'password') return <input {...common} type="password" autocomplete="new-password" spellcheck={false} />
  if (input === 'number') return <input {...common} type="text" inputmode="decimal" value={value} />
  return <input {...common} type={input} value={value} autocomplete="off" spellcheck={false} />
}
