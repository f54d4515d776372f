import type { LogFields, Logger } from '@throughline/core/hub.ts'

export type Line = { level: string; event: string; fields: LogFields | undefined }

export function memoryLogger(): Logger & { lines: Line[] } {
  const lines: Line[] = []
  const at = (level: string) => (event: string, fields?: LogFields) => {
    lines.push({ level, event, fields })
  }
  return { lines, info: at('info'), warn: at('warn'), error: at('error') }
}
