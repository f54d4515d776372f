/** Conditions and changes in DynamoDB's own language, with names and values by number. An expired item counts as absent. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import type { Condition, Value } from './store.ts'
import { clean, holds } from './value.ts'

export type Attributes = Record<string, AttributeValue>

export class Expression {
  readonly #names: Record<string, string> = {}
  readonly #values: Attributes = {}
  readonly #now: number
  #count = 0

  constructor(now: number) {
    this.#now = now
  }

  #name(attribute: string): string {
    const known = Object.entries(this.#names).find(([, name]) => name === attribute)
    if (known) return known[0]
    const name = `#${this.#count++}`
    this.#names[name] = attribute
    return name
  }

  #value(value: Value): string {
    const name = `:${this.#count++}`
    Object.assign(this.#values, marshall({ [name]: clean(value) }, { removeUndefinedValues: true }))
    return name
  }

  #expired = () => `${this.#name('expiresAt')} <= ${this.#value(this.#now)}`
  #alive = () => `(attribute_not_exists(${this.#name('expiresAt')}) OR ${this.#name('expiresAt')} > ${this.#value(this.#now)})`

  /** Alternatives stand in brackets, so that AND can follow; the API refuses brackets that change nothing. */
  #holds(when: Condition): string {
    if ('absent' in when) return `attribute_not_exists(${this.#name('pk')})`
    const terms =
      'equals' in when
        ? Object.entries(when.equals).map(([name, value]) =>
            value === undefined ? `attribute_not_exists(${this.#name(name)})` : `${this.#name(name)} = ${this.#value(value)}`,
          )
        : Object.entries(when.below).map(
            ([name, limit]) => `(attribute_not_exists(${this.#name(name)}) OR ${this.#name(name)} < ${this.#value(limit)})`,
          )
    return terms.join(' AND ')
  }

  /** For whole items (put, delete): true of an expired item when it would be true of none. */
  orExpired(when: Condition): string {
    return holds(undefined, when) ? `${this.#holds(when)} OR ${this.#expired()}` : `${this.#holds(when)} AND ${this.#alive()}`
  }

  /** For a change of single attributes, which must not touch an expired item. */
  andAlive(when: Condition | undefined): string {
    return when ? `${this.#holds(when)} AND ${this.#alive()}` : this.#alive()
  }

  update(set: Record<string, Value | undefined>): string | undefined {
    const sets: string[] = []
    const removes: string[] = []
    for (const [attribute, value] of Object.entries(set)) {
      if (value === undefined) removes.push(this.#name(attribute))
      else sets.push(`${this.#name(attribute)} = ${this.#value(value)}`)
    }
    const clauses = [sets.length > 0 && `SET ${sets.join(', ')}`, removes.length > 0 && `REMOVE ${removes.join(', ')}`]
    return clauses.filter(Boolean).join(' ') || undefined
  }

  /** Empty maps are refused by the API. */
  parameters(): { ExpressionAttributeNames?: Record<string, string>; ExpressionAttributeValues?: Attributes } {
    return {
      ...(Object.keys(this.#names).length > 0 ? { ExpressionAttributeNames: this.#names } : {}),
      ...(Object.keys(this.#values).length > 0 ? { ExpressionAttributeValues: this.#values } : {}),
    }
  }
}
