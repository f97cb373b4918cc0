// Passing a page on as it stands: its address to copy, and as a code for a phone's camera.
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
document.addEventListener("click", (event) => {
  const button = event.target.closest?.(".page-head .share");
  if (!button) return;
  firstNets.write();
  const dialog = button.closest(".page-head").querySelector("dialog");
  const [field, code] = [dialog.querySelector("input"), dialog.querySelector("img")];
  field.value = location.href;
  dialog.querySelector(".alone").hidden = !LOOPBACK.includes(location.hostname);
  code.hidden = false;
  code.onerror = () => (code.hidden = true); // too long for a code, or no server behind the page
  code.src = new URL(`qr.svg?text=${encodeURIComponent(location.href)}`, document.baseURI);
  dialog.showModal();
  field.select();
});
document.addEventListener("click", async (event) => {
  const dialog = event.target.closest?.(".page-head dialog");
  if (event.target === dialog || event.target.closest?.(".close")) dialog?.close();
  if (!dialog || !event.target.closest(".copy")) return;
  const field = dialog.querySelector("input");
  field.select();
  await navigator.clipboard?.writeText(field.value).catch(() => document.execCommand("copy"));
  dialog.querySelector("[role=status]").textContent = event.target.dataset.done;
});
