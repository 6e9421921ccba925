open("/tmp/pwned", "w").close()
