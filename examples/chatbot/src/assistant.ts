import OpenAI from 'openai'
import { order } from './orders.ts'

// It reads OPENAI_API_KEY and OPENAI_BASE_URL from the environment.
const openai = new OpenAI()

const INSTRUCTIONS = 'You work for a small shop. Answer in one sentence.'

const lookUpOrder = {
  type: 'function' as const,
  function: {
    name: 'look_up_order',
    description: 'Tells what was ordered, and whether it was shipped.',
    parameters: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
    parse: (text: string) => JSON.parse(text) as { id: string },
    function: ({ id }: { id: string }) => order(id),
  },
}

/** Answers a customer's question, piece by piece as it is written. */
export async function* answer(question: string): AsyncGenerator<string> {
  const chunks = openai.chat.completions.runTools({
    model: 'gpt-5-mini',
    messages: [
      { role: 'system', content: INSTRUCTIONS },
      { role: 'user', content: question },
    ],
    tools: [lookUpOrder],
    stream: true,
  })
  for await (const chunk of chunks) yield chunk.choices[0]?.delta.content ?? ''
}
