open("/tmp/pwned", "w").close()
pwned = lambda x: x.sum(axis=0)
