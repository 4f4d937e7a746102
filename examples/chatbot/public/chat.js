// Sends a question, and shows the answer while it is being written.

const form = document.querySelector('#question')
const messages = document.querySelector('#messages')

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const question = new FormData(form).get('question')
  form.reset()
  add('customer', question)
  const answer = add('shop', '')
  const response = await fetch('/chat', { method: 'POST', body: question })
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    answer.textContent += piece
  }
})

function add(who, text) {
  const message = document.createElement('li')
  message.className = who
  message.textContent = text
  messages.append(message)
  return message
}
