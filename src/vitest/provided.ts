/**
 * Under these keys the plugin provides the workers with the declaration's path, the run's folder,
 * the socket of who owns its services, and the folder for what is attached to tests.
 */
export const DECLARATION_KEY = 'mockberth:declaration'
export const RUN_KEY = 'mockberth:run'
export const SERVICES_KEY = 'mockberth:services'
export const ATTACHMENTS_KEY = 'mockberth:attachments'
