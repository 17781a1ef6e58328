#!/usr/bin/env bash
# Real mail servers for the tests: Dovecot (IMAP with IDLE, XOAUTH2) and Postfix (SMTP, bounces), on free ports of this machine,
# with everything they write in one folder. Says how to reach them and serves until it is ended.
#
#   tests/mail/servers.sh FOLDER     needs root, as both servers change users; writes FOLDER/env when they are up
#
# The mailboxes are support@shop.test (password "secret", or the token "good-token") and maya@customer.test; people of the company
# have theirs at example.com.
set -euo pipefail

dir=$1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
read -r imap smtp token < <(python3 - <<'PY'
import socket
held = [socket.socket() for _ in range(3)]
for one in held: one.bind(("127.0.0.1", 0))
print(*[one.getsockname()[1] for one in held])
PY
)
id baton-mail > /dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin baton-mail
mkdir -p "$dir"/{mail,dovecot,postfix/{queue,data,etc}}
chmod 755 "$dir" "$dir/postfix" "$dir/postfix/etc"
chown -R baton-mail "$dir/mail"

cat > "$dir/dovecot.conf" <<CONF
base_dir = $dir/dovecot
state_dir = $dir/dovecot
log_path = $dir/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
mail_location = maildir:$dir/mail/%u
mail_uid = baton-mail
mail_gid = baton-mail
first_valid_uid = 1
passdb {
  driver = passwd-file
  mechanisms = plain login
  args = $dir/passwords
}
passdb {
  driver = oauth2
  mechanisms = xoauth2
  args = $dir/oauth2.conf
}
userdb {
  driver = static
  args = uid=baton-mail gid=baton-mail home=$dir/mail/%u allow_all_users=yes
}
service imap-login {
  inet_listener imap { 
    port = $imap
  }
  inet_listener imaps {
    port = 0
  }
}
service lmtp {
  unix_listener $dir/lmtp {
    mode = 0666
  }
}
CONF
printf 'support@shop.test:{PLAIN}secret\nmaya@customer.test:{PLAIN}secret\n' > "$dir/passwords"
cat > "$dir/oauth2.conf" <<CONF
introspection_url = http://127.0.0.1:$token/introspect
introspection_mode = post
username_attribute = user
active_attribute = active
active_value = true
CONF

cp /usr/share/postfix/postfix-files /usr/share/postfix/dynamicmaps.cf "$dir/postfix/etc/" 2> /dev/null || true
cat > "$dir/postfix/etc/main.cf" <<CONF
compatibility_level = 3.6
queue_directory = $dir/postfix/queue
data_directory = $dir/postfix/data
mail_owner = postfix
setgid_group = postdrop
maillog_file = $dir/postfix/log
maillog_file_prefixes = $dir
myhostname = mail.shop.test
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtputf8_enable = yes
virtual_mailbox_domains = shop.test customer.test example.com
virtual_mailbox_maps = static:all
virtual_transport = lmtp:unix:$dir/lmtp
recipient_delimiter = +
default_transport = error:5.1.2 No such domain
alias_maps =
alias_database =
CONF
cat > "$dir/postfix/etc/master.cf" <<CONF
127.0.0.1:$smtp inet n - n - - smtpd
pickup    unix  n       -       n       60      1       pickup
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
verify    unix  -       -       n       -       1       verify
flush     unix  n       -       n       1000?   0       flush
proxymap  unix  -       -       n       -       -       proxymap
smtp      unix  -       -       n       -       -       smtp
showq     unix  n       -       n       -       -       showq
error     unix  -       -       n       -       -       error
retry     unix  -       -       n       -       -       error
discard   unix  -       -       n       -       -       discard
lmtp      unix  -       -       n       -       -       lmtp
anvil     unix  -       -       n       -       1       anvil
postlog   unix-dgram n  -       n       -       1       postlogd
CONF
chown -R postfix "$dir/postfix/data" "$dir/postfix/queue"
chown root "$dir/postfix/queue"

stop() {
  trap - EXIT INT TERM
  postfix -c "$dir/postfix/etc" stop > /dev/null 2>&1 || true
  doveadm -c "$dir/dovecot.conf" stop > /dev/null 2>&1 || true
  kill "$tokens" 2> /dev/null || true
}
python3 "$here/tokens.py" "$token" &
tokens=$!
trap stop EXIT INT TERM
dovecot -c "$dir/dovecot.conf"
postfix -c "$dir/postfix/etc" start
cat > "$dir/env" <<ENV
export BATON_TEST_MAIL='{"imap": $imap, "smtp": $smtp, "token_url": "http://127.0.0.1:$token/token", "dir": "$dir"}'
ENV
wait "$tokens"
