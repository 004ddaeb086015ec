#!/bin/sh
# Made by resonance-perf; `resonance-perf hooks uninstall` takes it away.
# resonance-perf: begin
if ! git diff --cached --quiet --no-ext-diff -- ':(top,glob)**/01_state.md' ':(top,glob)**/config.yaml' 2>/dev/null; then
  _rp=@PROGRAM@
  if ! [ -x "$_rp" ]; then _rp=$(command -v resonance-perf) || _rp=; fi
  if [ -n "$_rp" ]; then
    "$_rp" guard ${1:+"$1"} </dev/null || exit $?
  else
    echo 'resonance-perf is gone: nobody looked whether this commit loosens a budget' >&2
  fi
fi
# resonance-perf: end
