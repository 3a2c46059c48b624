// A random UUID. crypto.randomUUID is missing where the page came over plain HTTP from another machine.
export const uuid = () => crypto.randomUUID?.() ?? fromBytes(crypto.getRandomValues(new Uint8Array(16)))

function fromBytes(bytes) {
  bytes[6] = (bytes[6] & 0x0f) | 0x40 // version 4
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5")
}
