/** Installed here alone, and not where the repository is checked. */
declare module 'socket.io';
declare module 'uwebsockets';
