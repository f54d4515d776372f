import type { Child } from 'hono/jsx'

type Props = { action: string; class?: string; children?: Child }

/** A small form that changes something. With the script only the parts that changed come back; without it the page does. */
export const Act = ({ action, class: name, children }: Props) => (
  <form class={name} method="post" action={action} hx-post={action} hx-swap="none" hx-include="#seen, #via">
    {children}
  </form>
)
