#!/usr/bin/env bash
# docker/make-secrets.sh [FOLDER]   Makes what compose.yaml gives to its containers: keys, passwords, certificates.
#
# Only what is missing is made, so that it can be run again. FOLDER is docker/secrets if it is not given. Its own mode keeps
# others on this machine out; the files in it are readable because containers read them under users of their own.
set -euo pipefail
umask 022

folder=${1:-$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)/secrets}
days=3650
mkdir -p "$folder"
chmod 0700 "$folder"
cd "$folder"

# once FILE COMMAND...: what the command prints becomes the file, as a whole or not at all.
once() {
  local file=$1
  shift
  [[ -e $file ]] && return
  "$@" >"$file.new"
  mv "$file.new" "$file"
  echo "made $file"
}

# Never in a container.
authority() {
  [[ -e ca.crt ]] && return
  (umask 077 && openssl ecparam -name prime256v1 -genkey -noout -out ca.key)
  openssl req -x509 -new -sha256 -key ca.key -days "$days" -subj '/CN=cluster authority' \
    -addext 'basicConstraints=critical,CA:TRUE,pathlen:0' -addext 'keyUsage=critical,keyCertSign,cRLSign' -out ca.crt
  echo 'made ca.crt'
}

# certificate FILE DNS_NAME USAGE
certificate() {
  [[ -e $1.crt ]] && return
  openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
  openssl req -new -sha256 -key "$1.key" -subj "/CN=$2" -out "$1.csr"
  openssl x509 -req -sha256 -in "$1.csr" -CA ca.crt -CAkey ca.key -set_serial "0x$(openssl rand -hex 16)" -days "$days" \
    -extfile <(printf '%s\n' "subjectAltName=DNS:$2" "extendedKeyUsage=$3" 'basicConstraints=critical,CA:FALSE' \
      'keyUsage=critical,digitalSignature') -out "$1.crt" 2>/dev/null
  chmod 0644 "$1.key"
  rm "$1.csr"
  echo "made $1.crt"
}

# With it the first super user is made, by POST /v1/setup.
setup_token() {
  [[ -e setup-token.hash ]] && return
  local token
  token=cset_$(openssl rand 32 | openssl base64 -A | tr '+/' '-_' | tr -d '=')
  once setup-token.hash sha256_of "$token"
  echo "Setup token, shown this once: $token"
}

sha256_of() {
  printf %s "$1" | openssl dgst -sha256 -r | cut -d ' ' -f 1
}

# A worker of its own reads one file.
worker_configuration() {
  printf '{"url":"ws://balancer:4000/worker","secret":"%s","standalone":true,"repoDir":"/var/lib/cluster/adaptors","adaptors":{"allow":["@openfn/language-*"],"offline":false},"preload":["@openfn/language-common@3.3.4"]}\n' \
    "$(tr -d '\n' <worker.secret)"
}

authority
certificate node node.cluster.internal serverAuth,clientAuth
certificate postgres postgres serverAuth
once worker.secret openssl rand -hex 32
once run-token.key openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048
once run-token.pub openssl pkey -in run-token.key -pubout
once worker.json worker_configuration
once postgres.password openssl rand -hex 32
setup_token
