#!/usr/bin/env bash
# Prints the path of a Chromium or Chrome, or nothing. Playwright's own download is never used.
for name in "${DUNWELL_CHROMIUM:-chromium}" chromium chromium-browser google-chrome; do
    command -v "$name" && exit 0
done
exit 0
