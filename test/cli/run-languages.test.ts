import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { NODE, projectWith, runCommand } from './declared-project.ts'

const BY_NODE = `
  fetch(process.env.USERS_URL + '/who').then(async (reply) => {
    console.log(await reply.text(), process.env.ORDERS_URL)
    process.exit(3)
  })`

const BY_PYTHON = `
import os, urllib.request
print(urllib.request.urlopen(os.environ['USERS_URL'] + '/who').read().decode(), os.environ['ORDERS_URL'])
raise SystemExit(3)
`

const BY_SHELL = `"${NODE}" -e 'fetch(process.env.USERS_URL + "/who").then(async (reply) => console.log(await reply.text(), process.env.ORDERS_URL))' && exit 3`

test.for<[what: string, command: readonly string[]]>([
  ['Node', [NODE, '-e', BY_NODE]],
  ['a shell', ['sh', '-c', BY_SHELL]],
  ["Python's standard library", ['python3', '-c', BY_PYTHON]],
])(
  '%s has the URLs in its environment, and the run its output and exit code',
  async (given, { skip }) => {
    const [, command] = given
    const isMissing = command[0] === 'python3' && !pythonRuns('python3', '0')
    skip(isMissing, 'Python is not installed')
    const { code, output } = await runCommand(projectWith(), ['mocks.ts', '--', ...command])
    expect(output).toMatch(/^declared http:\/\/127\.0\.0\.1:\d+\/v1\n$/)
    expect(code).toBe(3)
  },
)

/** Debian's package is that of Debian's Python, which need not be the first on the PATH. */
const PYTHON = ['/usr/bin/python3', 'python3'].find((python) => pythonRuns(python, 'import django'))

const DJANGO = {
  'manage.py': `
import os, sys
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
`,
  'settings.py': `
import os
SECRET_KEY = 'test'
INSTALLED_APPS = ['people']
ROOT_URLCONF = 'people.urls'
ALLOWED_HOSTS = ['*']
STATIC_URL = '/static/'
DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}}
USERS_URL = os.environ['USERS_URL']
`,
  'people/__init__.py': '',
  'people/urls.py': `
import urllib.request
from django.conf import settings
from django.http import HttpResponse
from django.urls import path

def who(request):
    return HttpResponse(urllib.request.urlopen(settings.USERS_URL + '/who').read())

urlpatterns = [path('', who)]
`,
  'people/tests.py': `
import os
from django.test import LiveServerTestCase, TestCase
import urllib.request

class Tests(TestCase):
    def test_view(self):
        self.assertEqual(self.client.get('/').content, os.environ['WANTED'].encode())

class LiveTests(LiveServerTestCase):
    def test_page(self):
        self.assertEqual(urllib.request.urlopen(self.live_server_url).read(), b'declared')
`,
}

test.for([
  ['declared', 0, /Ran 2 tests in .*\n\nOK\n/],
  ['something else', 1, /Ran 2 tests in .*\n\nFAILED \(failures=1\)\n/],
] as const)(
  'tests of a Django project that want to read %j',
  async ([wanted, code, said], { skip }) => {
    skip(PYTHON === undefined, 'Django is not installed (python3-django is the package of Debian)')
    const project = projectWith(DJANGO)
    const command = [PYTHON!, 'manage.py', 'test']
    const ended = await runCommand(project, ['mocks.ts', '--', ...command], { WANTED: wanted })
    expect(ended.output).toMatch(said)
    expect(ended.code).toBe(code)
  },
)

function pythonRuns(python: string, text: string): boolean {
  return spawnSync(python, ['-c', text]).status === 0
}
