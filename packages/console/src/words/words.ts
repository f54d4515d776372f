import { en } from './en.ts'

export type Words = typeof en

/** By the language of the workspace's sentences (hub.config.ts). What is not translated yet reads English. */
const languages: Partial<Record<string, Words>> = { en }

export const wordsOf = (language: string): Words => languages[language] ?? en
