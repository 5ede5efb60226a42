"""Runs a command in a pseudo-terminal, and says at the end how it left it.

    terminal.py 80x24 STEP... -- COMMAND...

Steps, one after the other: `await TEXT` until the command has written it since the step before; `type TEXT`, with Python's escapes;
`signal NAME`; `stopped` until it is stopped; `size 100x30`. Each is told on stderr
once it is done. Then its end is awaited. Prints one JSON object.
"""
import codecs, fcntl, json, os, pty, select, signal, struct, sys, termios, time

PATIENCE_S = 90
separator = sys.argv.index('--')
steps, command = sys.argv[2:separator], sys.argv[separator + 1:]


def resize(text):
    columns, rows = map(int, text.split('x'))
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))


pid, terminal = pty.fork()
if pid == 0:
    os.environ['TERM'] = 'xterm-256color'
    while sys.stdin.read(1) != '\n':  # until the terminal has its size
        pass
    os.execvp(command[0], command)
resize(sys.argv[1])
os.write(terminal, b'\n')
written, seen, ended = b'', 0, None
modes = termios.tcgetattr(terminal)
stopped = []


def read(seconds):
    """Reads for so long at most; False once the command has closed the terminal."""
    global written
    if not select.select([terminal], [], [], seconds)[0]:
        return True
    try:
        data = os.read(terminal, 65536)
    except OSError:
        return False
    written += data
    return bool(data)


def until(what, is_there):
    end = time.monotonic() + PATIENCE_S
    while not is_there():
        if not read(0.05) and not is_there() or time.monotonic() > end:
            os.kill(pid, signal.SIGKILL)
            sys.exit(f'{what} did not come: {written[-2000:]!r}')


def has_stopped():
    found, status = os.waitpid(pid, os.WNOHANG | os.WUNTRACED)
    return found == pid and os.WIFSTOPPED(status)


for step in steps:
    what, _, text = step.partition(' ')
    if what == 'await':
        wanted = text.encode()
        until(step, lambda: wanted in written[seen:])
        seen = written.index(wanted, seen) + len(wanted)
    elif what == 'type':
        os.write(terminal, codecs.decode(text, 'unicode_escape').encode('latin-1'))
    elif what == 'signal':
        os.kill(pid, getattr(signal, text))
    elif what == 'size':
        resize(text)
    elif what == 'stopped':
        until(step, has_stopped)
        while select.select([terminal], [], [], 0)[0] and read(0):  # what it wrote before it stopped
            pass
        kept = termios.tcgetattr(terminal) == modes
        stopped.append({'modes_kept': kept, 'left': written.endswith(b'\x1b[?1049l')})
    print(f'did {step}', file=sys.stderr, flush=True)
while read(PATIENCE_S):
    pass
_, status = os.waitpid(pid, 0)
print(json.dumps({
    'exit': os.waitstatus_to_exitcode(status),
    'modes_kept': termios.tcgetattr(terminal) == modes,
    'stopped': stopped,
    'written': written.decode('utf-8', 'replace'),
}))
