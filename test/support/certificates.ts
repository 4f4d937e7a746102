import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import forge from 'node-forge'

/** What a server on 127.0.0.1 needs for TLS, and the file of the authority that vouches for it. */
export interface Certified {
  readonly key: string
  readonly cert: string
  readonly authority: string
}

const DAY = 24 * 60 * 60 * 1000

/**
 * Makes an authority of one's own in a folder, and a certificate by it for loopback.
 *
 * @param days for how long it holds; negative for one that has expired
 */
export function certify(folder: string, days = 2): Certified {
  const authority = createKeys()
  const server = createKeys()
  const by = [{ name: 'commonName', value: 'authority' }]
  const authorityFile = join(folder, 'authority.pem')
  const own = createCertificate(by, by, authority, authority, 2, [
    { name: 'basicConstraints', cA: true },
    { name: 'keyUsage', keyCertSign: true },
  ])
  writeFileSync(authorityFile, own)
  const name = [{ name: 'commonName', value: 'server' }]
  const names = [
    { type: 7, ip: '127.0.0.1' },
    { type: 2, value: 'localhost' },
  ]
  const cert = createCertificate(name, by, server, authority, days, [
    { name: 'basicConstraints', cA: false },
    { name: 'subjectAltName', altNames: names },
  ])
  return { key: server.privateKey, cert, authority: authorityFile }
}

interface Keys {
  readonly publicKey: string
  readonly privateKey: string
}

function createKeys(): Keys {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
}

function createCertificate(
  subject: forge.pki.CertificateField[],
  issuer: forge.pki.CertificateField[],
  keys: Keys,
  by: Keys,
  days: number,
  extensions: object[],
): string {
  const certificate = forge.pki.createCertificate()
  certificate.serialNumber = `00${Date.now().toString(16)}`
  certificate.publicKey = forge.pki.publicKeyFromPem(keys.publicKey)
  certificate.validity.notBefore = new Date(Date.now() - 10 * DAY)
  certificate.validity.notAfter = new Date(Date.now() + days * DAY)
  certificate.setSubject(subject)
  certificate.setIssuer(issuer)
  certificate.setExtensions(extensions)
  certificate.sign(forge.pki.privateKeyFromPem(by.privateKey), forge.md.sha256.create())
  return forge.pki.certificateToPem(certificate)
}
