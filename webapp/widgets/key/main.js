// A form that sends the key to the page's server, or an empty one to sign out; Streamlit never gets the key.
export default function (component) {
  const root = component.parentElement.querySelector(".key");
  const { label, send } = component.data;
  const input = '<label><span></span><input type="password" name="key" required autocomplete="off"></label>';
  if (!root.firstChild)
    root.innerHTML = `<form method="post" action="/key">${label ? input : ""}<button></button></form>`;
  const form = root.querySelector("form");
  form.onsubmit = () => {
    // Whoever opened a link to a result is led there.
    const to = document.createElement("input");
    Object.assign(to, { type: "hidden", name: "to", value: location.pathname + location.search.split("&")[0] });
    if (label) form.append(to);
  };
  if (label) root.querySelector("span").textContent = label;
  root.querySelector("button").textContent = send;
}
