// A form that sends the key to the page's server, or an empty one to sign out; Streamlit never gets the key.
export default function (component) {
  const root = component.parentElement.querySelector(".key");
  const { label, send } = component.data;
  const input = '<label><span></span><input type="password" name="key" required autocomplete="off"></label>';
  if (!root.firstChild)
    root.innerHTML = `<form method="post" action="/key">${label ? input : ""}<button></button></form>`;
  if (label) root.querySelector("span").textContent = label;
  root.querySelector("button").textContent = send;
}
