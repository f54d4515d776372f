/** As Lambda does: a fresh process loads the bundle and gets one event after the other. Started by lambda.ts. */
const { handler } = await import(process.argv[2])
process.on('message', async (event) => {
  try {
    process.send({ result: await handler(event, { functionName: 'test', awsRequestId: '1' }) })
  } catch (error) {
    process.send({ error: String(error?.stack ?? error) })
  }
})
process.send({ ready: true })
