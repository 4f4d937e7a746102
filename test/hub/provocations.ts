import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { startHub, type Hub } from '../../src/hub/hub.ts'
import { joinHub, type JoinedHub } from '../../src/hub/join.ts'
import { defineMocks } from '../../src/index.ts'
import type { Declaration } from '../../src/mocks/define.ts'

/** What leads to each error of a hub, or of those who look for one. */
export const hubProvocations: Record<string, (scene: { readonly folder: string }) => unknown> = {
  async HUB_AMBIGUOUS({ folder }) {
    await startHubIn(folder)
    await startHubIn(folder)
    await joinAsWorker(folder)
  },
  async HUB_FOLDER_UNSAFE({ folder }) {
    setTemporaryFolder(folder)
    await writeFile(join(folder, `mockberth-hubs-${process.getuid!()}`), '')
    await joinAsWorker(folder)
  },
  async HUB_GONE({ folder }) {
    const hub = await startHubIn(folder)
    const joined = await joinAsWorker(folder)
    await hub.stop()
    await joined.open('a-mark', 'shows the user')
  },
  HUB_MISSING({ folder }) {
    setTemporaryFolder(folder)
    return joinAsWorker(folder)
  },
  async HUB_REFUSED({ folder }) {
    const hub = await startHubIn(folder)
    vi.stubEnv('MOCKBERTH_HUB', hub.file)
    await joinAsWorker(folder, 'shop')
  },
}

/** Where this machine's own hubs are not found. */
function setTemporaryFolder(folder: string): void {
  vi.stubEnv('TMPDIR', folder)
  vi.stubEnv('MOCKBERTH_HUB', undefined)
  onTestFinished(() => void vi.unstubAllEnvs())
}

async function startHubIn(folder: string): Promise<Hub> {
  setTemporaryFolder(folder)
  const declaration = defineMocks({ github: {} }) as Declaration
  const hub = await startHub(declaration, join(folder, 'mocks.ts'), () => {})
  onTestFinished(() => hub.stop())
  return hub
}

async function joinAsWorker(folder: string, api = 'github'): Promise<JoinedHub> {
  const joined = await joinHub({ packageFolder: folder, apis: { [api]: 'http://127.0.0.1:9' } })
  onTestFinished(() => joined.leave())
  return joined
}
