/** What SST's own program does around `run()`, under Pulumi's mocks: bundled into the platform by resources.mjs and run there. */
import { writeFileSync } from 'node:fs'
import * as aws from '@pulumi/aws'
import { runtime } from '@pulumi/pulumi'
import { run } from '#platform/auto/run.ts'
import * as sst from '#platform/components/index.ts'
import config from '../../sst.config.ts'

Object.assign(globalThis, { sst, aws })

const resources = []

/** What AWS would fill in: ids and the attributes that others are made of. */
const outputs = ({ type, name, inputs }) => ({
  ...inputs,
  name: inputs.name ?? name,
  bucket: inputs.bucket ?? name,
  arn: `arn:aws:${type.split(':')[1]?.split('/')[0]}:eu-central-1:123456789012:${name}`,
  url: `https://sqs.eu-central-1.amazonaws.com/123456789012/${name}`,
  streamArn: `arn:aws:dynamodb:eu-central-1:123456789012:table/${name}/stream/1`,
  streamEnabled: inputs.streamEnabled ?? false,
  apiEndpoint: 'https://a1b2c3.execute-api.eu-central-1.amazonaws.com',
  executionArn: 'arn:aws:execute-api:eu-central-1:123456789012:a1b2c3',
  invokeArn: 'arn:aws:apigateway:eu-central-1:lambda:path/x',
  base64: Buffer.alloc(32).toString('base64'),
  qualifiedArn: `arn:aws:lambda:eu-central-1:123456789012:function:${name}:1`,
})

const ACCOUNT = { accountId: '123456789012', region: 'eu-central-1', name: 'eu-central-1', partition: 'aws', id: 'eu-central-1' }

await runtime.setMocks(
  {
    newResource(args) {
      resources.push({ type: args.type, name: args.name, inputs: args.inputs })
      return { id: `${args.name}-id`, state: outputs(args) }
    },
    call({ token, inputs }) {
      // A policy document is its statements in JSON, as AWS's provider makes it.
      if (token === 'aws:iam/getPolicyDocument:getPolicyDocument')
        return { ...inputs, json: JSON.stringify({ Statement: inputs.statements ?? [] }) }
      return { ...inputs, ...ACCOUNT }
    },
  },
  $app.name,
  $app.stage,
)

const app = config.app({ stage: $app.stage })
// Resources are made of others' outputs, so there is no moment to await: it is over when nothing is left to do.
process.once('beforeExit', () => writeFileSync(process.env.HUB_CHECK_RESULT, JSON.stringify({ app, resources })))
await runtime.runInPulumiStack(() => run(config.run))
