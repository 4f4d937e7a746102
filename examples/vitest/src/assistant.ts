import OpenAI from 'openai'

// It reads OPENAI_API_KEY and OPENAI_BASE_URL from the environment.
const openai = new OpenAI()

/** Answers a customer's question, piece by piece as it is written. */
export async function* answer(question: string): AsyncGenerator<string> {
  const events = await openai.responses.create({
    model: 'gpt-5-mini',
    instructions: 'You work for a small shop. Answer in one sentence.',
    input: question,
    stream: true,
  })
  for await (const event of events) {
    if (event.type === 'response.output_text.delta') yield event.delta
  }
}
