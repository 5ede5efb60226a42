/** By what a stream can be taken. */
export const TOOLS = ['tidemark', 'curl', 'EventSource', 'Python', 'browser'] as const;
export type Tool = (typeof TOOLS)[number];

/** What has to be known to follow the commands for a tool. */
export const TOOL_NOTES: Readonly<Partial<Record<Tool, string>>> = {
  tidemark: 'In a checkout, in place of tidemark: node dist/cli/tidemark.js',
  browser: 'Where tidemark is installed from a checkout: no registry has it',
};

/** Stands where a token is needed: no secret is shown. */
const TOKEN = 'YOUR-TOKEN';

/**
 * What to type, or to write in a program, to take a stream.
 *
 * @param base where the server is, with a / at the end
 * @param example path and query of the stream, as `/streams` has it
 * @param locked whether the server needs an access token
 */
export function commandFor(tool: Tool, base: string, example: string, locked: boolean): string {
  // Quoted in a shell and in a program alike.
  const url = new URL(example.replace(/^\//, ''), base).href.replaceAll("'", '%27');
  const socketUrl = url.replace(/^http/, 'ws');
  switch (tool) {
    case 'tidemark':
      return `${locked ? `TIDEMARK_TOKEN=${TOKEN} ` : ''}tidemark connect '${socketUrl}'`;
    case 'curl':
      return `curl -N ${locked ? `-H 'Authorization: Bearer ${TOKEN}' ` : ''}'${url}'`;
    case 'EventSource':
      return [
        `const events = new EventSource('${locked ? withToken(url) : url}');`,
        'events.onmessage = ({ lastEventId, data }) => console.log(lastEventId, JSON.parse(data));',
      ].join('\n');
    case 'Python':
      return [
        'import json, urllib.request',
        '',
        locked
          ? `request = urllib.request.Request('${url}', headers={'Authorization': 'Bearer ${TOKEN}'})`
          : `request = urllib.request.Request('${url}')`,
        'for line in urllib.request.urlopen(request):',
        '    if line.strip():  # empty lines keep the connection alive',
        '        print(json.loads(line))',
      ].join('\n');
    case 'browser':
      return [
        "import { connect } from 'tidemark/browser';",
        '',
        `const run = connect('${socketUrl}', { block: 5${locked ? `, accessToken: '${TOKEN}'` : ''} });`,
        'for await (const { block, from, to, elapsedMs } of run) console.log(block, from, to, elapsedMs);',
      ].join('\n');
  }
}

/** An EventSource sends no headers. */
function withToken(url: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}access_token=${TOKEN}`;
}
