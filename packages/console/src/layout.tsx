import { html } from 'hono/html'
import type { Child } from 'hono/jsx'
import { scriptAsset, styleAsset } from './assets.ts'
import { href, type Page } from './page.ts'

type Props = { page: Page; title: string; here?: 'inbox' | 'setup'; children?: Child }

/** The thread of the name: one line through several points. */
const Logo = () => (
  <svg class="logo" viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
    <path d="M2 15c4 0 4-7 8-7s4 7 8 7c2 0 3-1 4-2" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" />
    <circle cx="10" cy="8" r="2.4" fill="currentColor" />
    <circle cx="18" cy="15" r="2.4" fill="currentColor" />
  </svg>
)

function Header({ page, here }: Pick<Props, 'page' | 'here'>) {
  const { t, viewer } = page
  const current = (name: Props['here']) => (name === here ? 'page' : undefined)
  return (
    <header class="top">
      <a class="brand" href="/" aria-label={t.product}>
        <Logo />
        <span>{t.product}</span>
      </a>
      {viewer && (
        <nav aria-label={t.nav.main}>
          <a href={href(page, '/inbox')} aria-current={current('inbox')}>
            {t.nav.inbox}
          </a>
          {viewer.role === 'admin' && (
            <a href={href(page, '/setup')} aria-current={current('setup')}>
              {t.nav.setup}
            </a>
          )}
        </nav>
      )}
      {viewer && (
        <form class="out" method="post" action="/signout">
          <span class="who">{viewer.agent.name}</span>
          <button class="quiet" type="submit">
            {t.nav.signOut}
          </button>
        </form>
      )}
    </header>
  )
}

export function Layout({ page, title, here, children }: Props) {
  const { t, embed } = page
  return (
    <html lang={t.language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title} · ${t.product}`}</title>
        <link rel="icon" href={ICON} />
        <link rel="stylesheet" href={styleAsset.path} />
        <script src={scriptAsset.path} defer />
      </head>
      <body class={[here ?? 'plain', embed ? 'embed' : ''].join(' ').trim()} hx-ext="inside">
        <a class="skip" href="#content">
          {t.nav.skip}
        </a>
        {!embed && <Header page={page} here={here} />}
        <p class="banner" id="offline" role="status" hidden>
          {t.nav.offline}
        </p>
        {children}
      </body>
    </html>
  )
}

const ICON =
  'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="%230d7a6b" stroke-width="2.4" stroke-linecap="round"%3E%3Cpath d="M2 15c4 0 4-7 8-7s4 7 8 7c2 0 3-1 4-2"/%3E%3C/svg%3E'

/** A whole document; pieces for htmx are sent without it. */
export const whole = (document: Child) => html`<!doctype html>${document}`
