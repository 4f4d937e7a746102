import { defineMocks } from 'mockberth'

export default defineMocks({
  echo: {
    env: 'ECHO_URL',
    upstream: process.env.ECHO_ORIGIN!,
    recording: 'recordings/echo.har',
    saveOn: 'passed',
  },
})
