. ./greet.sh
[ "$(greet Ada)" = 'Hello, Ada!' ] || { echo "not ok: $(greet Ada)"; exit 1; }
echo ok
