def numbers(line):
    raise SystemExit("pwned")
