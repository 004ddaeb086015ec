#!/bin/sh
# Made by resonance-perf; `resonance-perf hooks uninstall` takes it away.
# resonance-perf: begin
{ # Builtins only, no fork; standard input stays unread; whatever happens, git goes on.
  _rp=${GIT_DIR:-.git}
  if [ -f "$_rp" ]; then read -r _rp_ _rp <"$_rp"; fi
  if [ -f "$_rp/commondir" ]; then _rp=$_rp/../..; fi
  printf '1 %s %s\n' @HOOK@ "$PWD" >>"$_rp/resonance/spool/hooks"
} 2>/dev/null || :
# resonance-perf: end
