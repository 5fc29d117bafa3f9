# 1) submit
JOB_ID=$(curl -sS -H 'Content-Type: application/json'   -d '{
    "user_input": "Write a 2-paragraph bedtime story about a shy comet.",
    "model": "mistral",
    "session_id": "n8n-demo-1",
    "system_prompt": "You are a gentle storyteller; keep vocabulary simple."
  }'   http://localhost:8000/chat/api/submit | jq -r '.job_id')

# 2) poll
while :; do
  STATUS=$(curl -sS http://localhost:8000/chat/api/jobs/$JOB_ID | jq -r '.status')
  if [[ "$STATUS" == "done" || "$STATUS" == "error" ]]; then break; fi
  sleep 2
done

curl -sS http://localhost:8000/chat/api/jobs/$JOB_ID | jq -r '.result'
